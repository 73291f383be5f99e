/**
 * Reports on what is wrong with a column or a fitted model, as results, HTML and JSON. For users
 * are {@link io.normact.report.ColumnReport}, {@link io.normact.report.KeyReport} and {@link
 * io.normact.report.PipelineReport}.
 *
 * <p>Imports {@code ml}, {@code sql.column}, {@code sql.pass}, {@code math}, {@code math.exact},
 * {@code math.histogram}, {@code math.row}, {@code files}, {@code text} and Spark.
 *
 * <p>Everything is measured in one pass. A page shows the results and computes nothing.
 */
package io.normact.report;
