import io.normact.math.ActivationFunction;
import io.normact.sql.ActivationFunctions;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.spark.connect.proto.Command;
import org.apache.spark.connect.proto.ExecutePlanResponse;
import org.apache.spark.connect.proto.Expression;
import org.apache.spark.connect.proto.MlCommand;
import org.apache.spark.connect.proto.MlCommandResult.MlOperatorInfo;
import org.apache.spark.connect.proto.MlOperator;
import org.apache.spark.connect.proto.MlOperator.OperatorType;
import org.apache.spark.connect.proto.MlParams;
import org.apache.spark.connect.proto.MlRelation;
import org.apache.spark.connect.proto.ObjectRef;
import org.apache.spark.connect.proto.Relation;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.connect.SparkSession;
import org.apache.spark.sql.functions;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.BoxedUnit;

/**
 * What a client on the JVM can do with a Spark Connect server that has the jar. Its Spark has no
 * stages, so these go as the messages that a client in Python sends.
 *
 * <p>It is compiled where the client's own Spark is the class path. Arguments: the server's
 * address, a folder to save models in, and the file to write the results to.
 */
public final class ConnectClient {

  private static final String BATCH_NORM = "io.normact.ml.BatchNorm";
  private static final String MODEL = "io.normact.ml.BatchNormModel";

  private final SparkSession spark;
  private final String folder;
  private final Map<String, String> results = new TreeMap<>();
  private final Dataset<Row> data;

  private ConnectClient(SparkSession spark, String folder) {
    this.spark = spark;
    this.folder = folder;
    this.data =
        spark.range(8).selectExpr("id", "id * 0.75D - 2.5D AS x", "array(id / 3, 1D, -id / 7) AS a");
  }

  public static void main(String[] args) throws Exception {
    SparkSession spark = SparkSession.builder().remote(args[0]).getOrCreate();
    ConnectClient client = new ConnectClient(spark, args[1]);
    client.functions();
    client.stages();
    Properties properties = new Properties();
    properties.putAll(client.results);
    try (OutputStream out = Files.newOutputStream(Path.of(args[2]))) {
      properties.store(out, spark.version());
    }
    spark.stop();
    // Whatever threads of the client are left.
    System.exit(0);
  }

  private void functions() {
    Dataset<Row> sql =
        data.selectExpr(
            "sigmoid(x) sigmoid", "elu(x, 0.5) elu", "activate(x, 'gelu') gelu", "softmax(a) soft");
    put("sql.sigmoid", sql, "sigmoid");
    put("sql.elu", sql, "elu");
    put("sql.gelu", sql, "gelu");
    put("sql.softmax", sql, "soft[0]");
    Column x = functions.col("x");
    ActivationFunction typed = ActivationFunction.parse("hard_tanh(min=-0.5, max=0.25)");
    Dataset<Row> java =
        data.select(
            ActivationFunctions.activate(x, "mish").as("text"),
            ActivationFunctions.activate(x, typed).as("typed"),
            ActivationFunctions.activationSlope(x, "silu").as("slope"),
            ActivationFunctions.activationSlope(x, typed).as("typed_slope"),
            ActivationFunctions.activate(functions.col("a"), "softmin").as("soft"));
    put("java.text", java, "text");
    put("java.typed", java, "typed");
    put("java.slope", java, "slope");
    put("java.typed_slope", java, "typed_slope");
    put("java.softmin", java, "soft[0]");
    error("error.text", () -> ActivationFunctions.activate(x, "sigmod"));
    error("error.sql", () -> data.selectExpr("elu(x, -1)").collectAsList());
  }

  private void stages() {
    MlOperatorInfo fitted =
        run(
            MlCommand.newBuilder()
                .setFit(
                    MlCommand.Fit.newBuilder()
                        .setEstimator(operator(BATCH_NORM, OperatorType.OPERATOR_TYPE_ESTIMATOR))
                        .setParams(params("activation", "sigmoid"))
                        .setDataset(relation(data))));
    put("fit", transformed(fitted.getObjRef(), "sigmoid"), "y");
    // The params of a call go before those of the model.
    put("fit.identity", transformed(fitted.getObjRef(), "identity"), "y");

    String path = folder + "/model";
    run(
        MlCommand.newBuilder()
            .setWrite(
                MlCommand.Write.newBuilder().setObjRef(fitted.getObjRef()).setPath(path)));
    MlOperatorInfo read =
        run(
            MlCommand.newBuilder()
                .setRead(
                    MlCommand.Read.newBuilder()
                        .setOperator(operator(MODEL, OperatorType.OPERATOR_TYPE_MODEL))
                        .setPath(path)));
    put("read", transformed(read.getObjRef(), "sigmoid"), "y");
    results.put(
        "read.activation", read.getParams().getParamsOrThrow("activation").getString());

    String estimator = folder + "/estimator";
    run(
        MlCommand.newBuilder()
            .setWrite(
                MlCommand.Write.newBuilder()
                    .setOperator(operator(BATCH_NORM, OperatorType.OPERATOR_TYPE_ESTIMATOR))
                    .setParams(params("activation", "tanh"))
                    .setPath(estimator)));
    MlOperatorInfo again =
        run(
            MlCommand.newBuilder()
                .setRead(
                    MlCommand.Read.newBuilder()
                        .setOperator(operator(BATCH_NORM, OperatorType.OPERATOR_TYPE_ESTIMATOR))
                        .setPath(estimator)));
    results.put(
        "estimator.activation", again.getParams().getParamsOrThrow("activation").getString());

    MlRelation.Transform activation =
        MlRelation.Transform.newBuilder()
            .setTransformer(
                operator("io.normact.ml.Activation", OperatorType.OPERATOR_TYPE_TRANSFORMER))
            .setParams(params("function", "selu"))
            .setInput(relation(data))
            .build();
    put("activation", frame(activation), "y");
    error(
        "error.fit",
        () ->
            run(
                MlCommand.newBuilder()
                    .setFit(
                        MlCommand.Fit.newBuilder()
                            .setEstimator(
                                operator(BATCH_NORM, OperatorType.OPERATOR_TYPE_ESTIMATOR))
                            .setParams(params("activation", "sigmod"))
                            .setDataset(relation(data)))));
    run(
        MlCommand.newBuilder()
            .setDelete(MlCommand.Delete.newBuilder().addObjRefs(read.getObjRef())));
    error(
        "error.deleted",
        () -> transformed(read.getObjRef(), "sigmoid").collectAsList());
  }

  private Dataset<Row> transformed(ObjectRef model, String activation) {
    return frame(
        MlRelation.Transform.newBuilder()
            .setObjRef(model)
            .setParams(params("activation", activation))
            .setInput(relation(data))
            .build());
  }

  private Dataset<Row> frame(MlRelation.Transform transform) {
    return spark.newDataFrame(
        builder -> {
          builder.setMlRelation(MlRelation.newBuilder().setTransform(transform));
          return BoxedUnit.UNIT;
        });
  }

  private MlOperatorInfo run(MlCommand.Builder command) {
    for (ExecutePlanResponse response :
        CollectionConverters.asJava(
            spark.execute(Command.newBuilder().setMlCommand(command).build()))) {
      if (response.hasMlCommandResult()) {
        return response.getMlCommandResult().getOperatorInfo();
      }
    }
    return MlOperatorInfo.getDefaultInstance();
  }

  private static MlOperator operator(String name, OperatorType type) {
    return MlOperator.newBuilder().setName(name).setUid("stage").setType(type).build();
  }

  /** The columns, and one param more. */
  private static MlParams params(String name, String value) {
    return MlParams.newBuilder()
        .putParams("inputCol", text("x"))
        .putParams("outputCol", text("y"))
        .putParams(name, text(value))
        .build();
  }

  private static Expression.Literal text(String value) {
    return Expression.Literal.newBuilder().setString(value).build();
  }

  private static Relation relation(Dataset<Row> rows) {
    return ((org.apache.spark.sql.connect.Dataset<Row>) rows).plan().getRoot();
  }

  private void put(String name, Dataset<Row> rows, String column) {
    String[] numbers =
        rows.selectExpr("CAST(" + column + " AS DOUBLE)").collectAsList().stream()
            .map(row -> Double.toString(row.getDouble(0)))
            .toArray(String[]::new);
    results.put(name, Arrays.stream(numbers).collect(Collectors.joining(" ")));
  }

  /** The error's first line, without the names of objects that are others in each run. */
  private void error(String name, Callable<?> work) {
    try {
      results.put(name, "no error: " + work.call());
    } catch (Exception e) {
      results.put(name, e.getMessage().replaceAll("\\R[\\s\\S]*", ""));
    }
  }
}
