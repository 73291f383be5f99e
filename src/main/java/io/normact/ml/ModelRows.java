package io.normact.ml;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.Params;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * What a fitted model knows, as rows. A client of Spark Connect can do no more with a model than
 * transform. So it sets a param, and a transform then gives these rows in place of the transformed
 * ones.
 */
enum ModelRows {
  /** One row a feature, see {@link BatchNormModel#statistics}. */
  STATISTICS {
    @Override
    StructType schema() {
      return new StructType()
          .add("index", DataTypes.IntegerType, false)
          .add("feature", DataTypes.StringType, false)
          .add("count", DataTypes.LongType, false)
          .add("invalid", DataTypes.LongType, false)
          .add("mean", DataTypes.DoubleType, false)
          .add("variance", DataTypes.DoubleType, false)
          .add("gamma", DataTypes.DoubleType, false)
          .add("beta", DataTypes.DoubleType, false);
    }

    @Override
    StructType schema(BatchNormModel model) {
      return model.isSet(model.fittedParams().keyStatistics)
          ? KeyRows.schema(model.byKey())
          : schema();
    }

    @Override
    List<Row> rows(BatchNormModel model) {
      FittedParamSet fitted = model.fittedParams();
      List<String> names = model.featureNames();
      List<Row> rows = new ArrayList<>();
      for (int j = 0; j < names.size(); j++) {
        rows.add(
            RowFactory.create(
                j,
                names.get(j),
                (long) model.getOrDefault(fitted.count)[j],
                (long) model.getOrDefault(fitted.invalid)[j],
                model.getOrDefault(fitted.mean)[j],
                model.getOrDefault(fitted.variance)[j],
                model.getOrDefault(fitted.gamma)[j],
                model.getOrDefault(fitted.beta)[j]));
      }
      return rows;
    }

    @Override
    Dataset<Row> of(BatchNormModel model, SparkSession spark) {
      return model.isSet(model.fittedParams().keyStatistics)
          ? KeyRows.of(model, spark)
          : super.of(model, spark);
    }
  },

  /** One row, see {@link BatchNormSummary}. */
  SUMMARY {
    @Override
    StructType schema() {
      return new StructType()
          .add("rows", DataTypes.LongType, false)
          .add("skippedRows", DataTypes.LongType, false)
          .add(
              "invalid",
              DataTypes.createMapType(DataTypes.StringType, DataTypes.LongType, false),
              false)
          .add("constant", DataTypes.createArrayType(DataTypes.StringType, false), false)
          .add("epsilonOutweighs", DataTypes.createArrayType(DataTypes.StringType, false), false)
          .add("objectiveHistory", DataTypes.createArrayType(DataTypes.DoubleType, false), false)
          .add("converged", DataTypes.BooleanType, false)
          .add("loss", DataTypes.StringType, false)
          .add("classes", DataTypes.createArrayType(DataTypes.StringType, false), false)
          .add("keys", DataTypes.LongType, false)
          .add(
              "keysBelowMinCount",
              DataTypes.createMapType(DataTypes.StringType, DataTypes.LongType, false),
              false)
          .add("modelBytes", DataTypes.LongType, false);
    }

    @Override
    List<Row> rows(BatchNormModel model) {
      BatchNormSummary summary = model.summary();
      return List.of(
          RowFactory.create(
              summary.rows(),
              summary.skippedRows(),
              summary.invalid(),
              summary.constant().toArray(),
              summary.epsilonOutweighs().toArray(),
              summary.objectiveHistory().toArray(),
              summary.converged(),
              summary.loss(),
              summary.classes().toArray(),
              summary.keys(),
              summary.keysBelowMinCount(),
              summary.modelBytes()));
    }
  },

  /** One row a param that is set, with its value in JSON as it is saved. */
  PARAMS {
    @Override
    StructType schema() {
      return PARAM_VALUES;
    }

    @Override
    List<Row> rows(BatchNormModel model) {
      BatchNormModel copy = model.copy(ParamMap.empty());
      copy.clear(copy.fittedParams().result);
      return params(copy);
    }
  },

  /** As {@link #PARAMS}, of {@link BatchNormModel#inverse}. */
  INVERSE {
    @Override
    StructType schema() {
      return PARAM_VALUES;
    }

    @Override
    List<Row> rows(BatchNormModel model) {
      return params(model.inverse());
    }
  };

  private static final StructType PARAM_VALUES =
      new StructType()
          .add("param", DataTypes.StringType, false)
          .add("value", DataTypes.StringType, false);

  /** The columns of a model without keys. */
  abstract StructType schema();

  /** The columns of a model. */
  StructType schema(BatchNormModel model) {
    return schema();
  }

  abstract List<Row> rows(BatchNormModel model);

  /** The rows of a model. */
  Dataset<Row> of(BatchNormModel model, SparkSession spark) {
    return spark.createDataFrame(rows(model), schema());
  }

  /** What the param calls these. */
  static String[] names() {
    return Arrays.stream(values())
        .map(rows -> rows.name().toLowerCase(Locale.ROOT))
        .toArray(String[]::new);
  }

  /** The rows that the param calls so. */
  static ModelRows named(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** What is set; all else is a default, on the other side as well. */
  private static List<Row> params(Params stage) {
    return Arrays.stream(stage.params())
        .filter(stage::isSet)
        .map(param -> RowFactory.create(param.name(), json(stage, param)))
        .toList();
  }

  private static <T> String json(Params stage, Param<T> param) {
    return param.jsonEncode(stage.getOrDefault(param));
  }
}
