package io.normact.job;

import io.normact.math.NearestName;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import org.apache.spark.sql.sources.DataSourceRegister;

/**
 * Names of data sources. Spark would also take the name of a class there and make an object of it,
 * so only names that a data source on the class path registered for itself are let through.
 */
final class DataSourceName {

  private DataSourceName() {}

  /** The format, once a data source of that name is known. */
  static String check(String key, String format) {
    if (format.contains(".")) {
      throw new SpecException(
          String.format(
              Locale.ROOT,
              "Key '%s' is '%s', but must be a data source's short name such as csv, not a class.",
              key,
              format));
    }
    List<String> known = new ArrayList<>();
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    for (DataSourceRegister source : ServiceLoader.load(DataSourceRegister.class, loader)) {
      known.add(source.shortName().toLowerCase(Locale.ROOT));
    }
    if (!known.contains(format.toLowerCase(Locale.ROOT))) {
      throw new SpecException(
          String.format(
              Locale.ROOT,
              "Key '%s' is '%s', but no data source of this name is on the class path%s",
              key,
              format,
              NearestName.suggestion(format, known)));
    }
    return format;
  }
}
