/**
 * Stages of Spark ML: {@link io.normact.ml.BatchNorm}, its model and inverse, {@link
 * io.normact.ml.Activation}, and {@link io.normact.ml.RunningBatchNorm} for streams.
 *
 * <p>Imports {@code math} and {@code sql} with the packages below them, and Spark.
 *
 * <p>The state of a model is Params, so that each version of Spark, each language and Connect saves
 * and loads it.
 */
package io.normact.ml;
