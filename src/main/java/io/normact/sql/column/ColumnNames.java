package io.normact.sql.column;

import java.util.Comparator;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.internal.SQLConf;
import scala.Option;

/** What Spark makes of names of columns: which are the same, and how one that is odd is quoted. */
public final class ColumnNames {

  private ColumnNames() {}

  /**
   * An order in which two names are equal if Spark takes them for the same: by case or not, as the
   * thread's active session says, else the default one. {@link SQLConf#get} knows nothing of the
   * latter, and a user's own threads may have no active session.
   */
  public static Comparator<String> order() {
    Option<SparkSession> session =
        SparkSession.getActiveSession().orElse(SparkSession::getDefaultSession);
    boolean caseSensitive =
        session.isDefined()
            && Boolean.parseBoolean(session.get().conf().get(SQLConf.CASE_SENSITIVE().key()));
    return caseSensitive ? Comparator.naturalOrder() : String.CASE_INSENSITIVE_ORDER;
  }

  /** The column of this very name, which may hold dots and backticks. */
  public static Column column(String name) {
    // Not by the dataset, which takes a quoted name for a pattern where the session says so.
    return functions.col('`' + name.replace("`", "``") + '`');
  }
}
