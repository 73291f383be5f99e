package io.normact.report;

/**
 * What a model knows of a feature: it maps x to {@code f(gamma * (x - mean) / sqrt(variance +
 * epsilon) + beta)}.
 *
 * @param mean the mean that it was fitted on
 * @param variance the population variance that it was fitted on
 * @param gamma the scale, given or learned
 * @param beta the shift, given or learned
 */
public record Fitted(double mean, double variance, double gamma, double beta) {}
