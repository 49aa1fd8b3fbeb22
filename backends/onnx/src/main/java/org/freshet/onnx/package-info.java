/** Frozen pre-trained encoders on ONNX Runtime, whatever their file holds. */
package org.freshet.onnx;
