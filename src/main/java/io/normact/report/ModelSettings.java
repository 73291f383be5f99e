package io.normact.report;

/**
 * The settings of the model that a report looks at.
 *
 * @param epsilon what it adds to variances
 * @param withMean whether it subtracts the mean
 * @param withStd whether it divides by the standard deviation
 * @param learn where gamma and beta came from: none, infomax or supervised
 */
public record ModelSettings(double epsilon, boolean withMean, boolean withStd, String learn) {}
