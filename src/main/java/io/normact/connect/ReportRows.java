package io.normact.connect;

import io.normact.math.ActivationFunction;
import io.normact.report.ColumnReport;
import java.util.List;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Gives a client of Spark Connect a {@link ColumnReport} on the rows, as one row of texts. The
 * report is made where the transform is planned, in one pass over the rows.
 */
public final class ReportRows extends Transformer {

  private static final long serialVersionUID = 1L;

  private static final int WORST = 10;

  private static final StructType SCHEMA =
      new StructType()
          .add("html", DataTypes.StringType, false)
          .add("json", DataTypes.StringType, false)
          .add("worst", DataTypes.StringType, false)
          .add("text", DataTypes.StringType, false)
          .add("rowsSchema", DataTypes.StringType, false)
          .add("rows", DataTypes.createArrayType(DataTypes.StringType, false), false);

  private final String uid;
  private final StringArrayParam modelParams;
  private final Param<String> function;
  private final StringArrayParam inputCols;
  private final DoubleParam flat;

  /** A report on nothing yet. */
  public ReportRows() {
    this(Identifiable$.MODULE$.randomUID("reportRows"));
  }

  /** A report on nothing yet, with this uid. */
  public ReportRows(String uid) {
    this.uid = uid;
    modelParams = ModelParams.param(this);
    function = new Param<>(this, "function", "activation function to look at the columns with");
    inputCols = new StringArrayParam(this, "inputCols", "columns to look at with the function");
    flat = new DoubleParam(this, "flat", "share of the steepest slope below which slopes are flat");
    setDefault(flat, ColumnReport.FLAT);
  }

  @Override
  public String uid() {
    return uid;
  }

  /** The model to report on: for each of its params the name, and then its value in JSON. */
  public StringArrayParam modelParams() {
    return modelParams;
  }

  /** Where there is no model: the function to look at {@link #inputCols()} with. */
  public Param<String> function() {
    return function;
  }

  /** The columns to look at where there is no model. */
  public StringArrayParam inputCols() {
    return inputCols;
  }

  /** As in {@link ColumnReport#of(io.normact.ml.BatchNormModel, Dataset, double)}. */
  public DoubleParam flat() {
    return flat;
  }

  /**
   * The report: page, JSON, the ten worst columns, the report's text, and the rows of {@link
   * ColumnReport#toDataFrame} with their schema, each in JSON.
   *
   * @throws IllegalArgumentException as {@link ColumnReport#of} and {@link
   *     io.normact.ml.BatchNormModel#ofParams}
   */
  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    SparkSession spark = dataset.sparkSession();
    double share = (double) getOrDefault((Param<?>) flat);
    ColumnReport report =
        isSet(modelParams)
            ? ColumnReport.of(ModelParams.model(getOrDefault(modelParams)), dataset, share)
            : ColumnReport.of(
                dataset,
                List.of(getOrDefault(inputCols)),
                ActivationFunction.parse(getOrDefault(function)),
                share);
    Dataset<Row> rows = report.toDataFrame(spark);
    return spark.createDataFrame(
        List.of(
            RowFactory.create(
                report.toHtml(),
                report.toJson(),
                report.worst(WORST),
                report.toString(),
                rows.schema().json(),
                rows.toJSON().collectAsList().toArray())),
        SCHEMA);
  }

  @Override
  public StructType transformSchema(StructType schema) {
    return SCHEMA;
  }

  @Override
  public ReportRows copy(ParamMap extra) {
    return defaultCopy(extra);
  }
}
