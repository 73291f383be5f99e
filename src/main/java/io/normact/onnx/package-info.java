/**
 * Fitted stages as models of ONNX, and layers of such models as fitted stages: {@link
 * io.normact.onnx.OnnxExport} is for users.
 *
 * <p>Imports {@code math} and {@code scoring.plan}; it knows no stage of Spark, but reads what one
 * saves.
 *
 * <p>A model is written field by field, since its format is numbers and lengths; no library of
 * megabytes comes along.
 */
package io.normact.onnx;
