package io.normact.sql.column;

import java.util.Comparator;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.internal.SQLConf;
import scala.Option;

/** When two names of columns are the same. */
public final class NameOrder {

  private NameOrder() {}

  /**
   * An order in which two names are equal if Spark takes them for the same: by case or not, as the
   * thread's active session says, else the default one. {@link SQLConf#get} knows nothing of the
   * latter, and a user's own threads may have no active session.
   */
  public static Comparator<String> get() {
    Option<SparkSession> session =
        SparkSession.getActiveSession().orElse(SparkSession::getDefaultSession);
    boolean caseSensitive =
        session.isDefined()
            && Boolean.parseBoolean(session.get().conf().get(SQLConf.CASE_SENSITIVE().key()));
    return caseSensitive ? Comparator.naturalOrder() : String.CASE_INSENSITIVE_ORDER;
  }
}
