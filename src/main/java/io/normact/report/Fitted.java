package io.normact.report;

/**
 * The numbers that a model has for a feature. It maps x to {@code f(gamma * (x - mean) /
 * sqrt(variance + epsilon) + beta)}.
 *
 * @param mean the mean of the fit
 * @param variance the population variance of the fit
 * @param gamma the scale, given or learned
 * @param beta the shift, given or learned
 */
public record Fitted(double mean, double variance, double gamma, double beta) {}
