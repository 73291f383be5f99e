/**
 * Writes fitted stages as models of ONNX, and reads layers of such models as fitted stages. For
 * users is {@link io.normact.onnx.OnnxExport}; {@code BatchNormModel.ofOnnx} reads.
 *
 * <p>Imports {@code math}, {@code math.array}, {@code scoring.plan}, {@code text} and Spark's
 * params. It knows no stage of {@code ml}, only what a stage saves.
 *
 * <p>A model is written field by field, since its format is no more than numbers and lengths. That
 * spares a library of megabytes.
 */
package io.normact.onnx;
