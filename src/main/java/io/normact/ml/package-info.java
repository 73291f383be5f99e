/**
 * Stages of Spark ML: {@link io.normact.ml.BatchNorm}, its model and inverse, {@link
 * io.normact.ml.Activation}, and {@link io.normact.ml.RunningBatchNorm} for streams.
 *
 * <p>Imports the packages of {@code math}, {@code sql.column}, {@code sql.catalyst}, {@code
 * sql.pass}, {@code scoring.plan}, {@code onnx}, {@code text} and Spark.
 *
 * <p>A model keeps its state in Params. So every version of Spark, every language and Connect save
 * and load it.
 */
package io.normact.ml;
