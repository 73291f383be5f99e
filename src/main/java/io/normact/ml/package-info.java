/**
 * Stages of Spark ML: {@link io.normact.ml.BatchNorm}, its model and inverse, {@link
 * io.normact.ml.Activation}, and {@link io.normact.ml.RunningBatchNorm} for streams.
 *
 * <p>Imports {@code math}, {@code math.exact}, {@code math.histogram}, {@code math.key}, {@code
 * math.learn}, {@code math.row}, {@code sql.column}, {@code sql.catalyst}, {@code sql.pass}, {@code
 * scoring.plan}, {@code onnx}, {@code files}, {@code text} and Spark.
 *
 * <p>A model keeps its state in Params. So every version of Spark, every language and Connect save
 * and load it.
 */
package io.normact.ml;
