package io.normact.sql.catalyst;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.ExprId;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.execution.FileSourceScanExec;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.WholeStageCodegenExec$;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.UserDefinedType;
import scala.collection.Seq;

/**
 * A {@link FeatureProjectExec} of rows that are too wide for Spark to generate the stage's code.
 * Spark runs each projection by itself then, and copies all of a row after the first one, which
 * gathers, and after the second, which takes.
 */
public final class WideProjectExec extends FeatureProjectExec {

  private static final long serialVersionUID = 1L;

  /**
   * The projection; Spark makes copies of it by this constructor.
   *
   * @param projectList the columns, of types that {@link #holds}
   * @param child what gives rows
   */
  public WideProjectExec(Seq<NamedExpression> projectList, SparkPlan child) {
    super(projectList, child);
  }

  /** Whether Spark generates no code for a stage that projects this to that. */
  static boolean isTooWide(SparkPlan from, SparkPlan to) {
    SQLConf conf = to.conf();
    return conf.wholeStageEnabled()
        && (WholeStageCodegenExec$.MODULE$.isTooManyFields(conf, from.schema())
            || WholeStageCodegenExec$.MODULE$.isTooManyFields(conf, to.schema()));
  }

  /** Whether a value of this type is a word of a row. */
  static boolean holds(DataType type) {
    return UnsafeRow.isFixedLength(type) && !(type instanceof UserDefinedType);
  }

  @Override
  public RDD<InternalRow> doExecute() {
    FeatureRows.Plan plan = plan();
    return rows().toJavaRDD().mapPartitions(rows -> new FeatureRows(rows, plan)).rdd();
  }

  /**
   * The source's rows. A scan of files would copy each into a row of Spark's own layout, which
   * takes half of its time. So it is asked for the rows before that, as generated code asks.
   */
  private RDD<InternalRow> rows() {
    if (!(source() instanceof FileSourceScanExec scan)) {
      return source().execute();
    }
    SQLMetric read = scan.longMetric("numOutputRows");
    return scan.executeQuery(scan::inputRDD)
        .toJavaRDD()
        .mapPartitions(rows -> counted(rows, read))
        .rdd();
  }

  private static Iterator<InternalRow> counted(Iterator<InternalRow> rows, SQLMetric read) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public InternalRow next() {
        read.add(1);
        return rows.next();
      }
    };
  }

  private FeatureRows.Plan plan() {
    List<Attribute> columns = SparkLine.output(source());
    List<ExprId> ids = columns.stream().map(NamedExpression::exprId).toList();
    List<GatheredFeatures> arrays = new ArrayList<>();
    List<FeatureRows.Field> fields = new ArrayList<>();
    for (Expression expression : projected()) {
      if (expression instanceof TakenFeature taken) {
        GatheredFeatures array = (GatheredFeatures) taken.array();
        if (!arrays.contains(array)) {
          arrays.add(array);
        }
        fields.add(new FeatureRows.Field(taken.dataType(), arrays.indexOf(array), taken.place()));
      } else {
        Attribute column = (Attribute) expression;
        fields.add(
            new FeatureRows.Field(
                column.dataType(), FeatureRows.AS_IT_IS, ids.indexOf(column.exprId())));
      }
    }
    return new FeatureRows.Plan(
        columns.stream().map(Expression.class::cast).map(Expression::dataType).toList(),
        arrays.stream().map(array -> array.source(ids)).toList(),
        fields);
  }

  @Override
  WideProjectExec of(scala.collection.immutable.List<NamedExpression> fields, SparkPlan source) {
    return new WideProjectExec(fields, source);
  }
}
