/**
 * What is wrong with a column or a fitted model: {@link io.normact.report.ColumnReport} and {@link
 * io.normact.report.PipelineReport}, as results, HTML and JSON.
 *
 * <p>Imports {@code ml}, {@code sql.pass}, {@code math} and Spark.
 *
 * <p>Everything is measured in one pass; a page shows what the results say and computes nothing.
 */
package io.normact.report;
