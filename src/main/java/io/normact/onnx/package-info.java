/** Fitted stages as ONNX models, and layers of ONNX models as fitted stages. */
package io.normact.onnx;
