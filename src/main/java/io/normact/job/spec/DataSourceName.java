package io.normact.job.spec;

import io.normact.text.NearestName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.sources.DataSourceRegister;

/**
 * Which data sources a spec may name, and with which options. A spec is data, and nothing that it
 * names is run. But Spark takes the name of a class as a format, and makes an object of it. Some
 * sources load what their options name, as jdbc loads a driver. Spark hands all options of a file
 * format to Hadoop, where names with points in them choose classes.
 *
 * <p>So a spec has the formats that {@link #SAFE} lists, and no option that could name a class.
 * Whoever submits the job may allow others, with all their options, by the setting {@link
 * #ALLOWED}.
 */
final class DataSourceName {

  /** The setting that names further formats, separated by commas. */
  static final String ALLOWED = "spark.normact.formats";

  /** Spark's own that read or write data and no more, and tables of files with a log. */
  private static final Set<String> SAFE =
      Set.of(
          "avro",
          "binaryfile",
          "console",
          "csv",
          "delta",
          "iceberg",
          "image",
          "json",
          "libsvm",
          "noop",
          "orc",
          "parquet",
          "rate",
          "rate-micro-batch",
          "text",
          "xml");

  /** Options whose value Spark or Hadoop takes for a class if it is none of their words. */
  private static final Set<String> CODEC_OPTIONS =
      Set.of("compression", "codec", "parquet.compression", "orc.compress");

  private static final Set<String> CODECS =
      Set.of(
          "none",
          "uncompressed",
          "brotli",
          "bzip2",
          "deflate",
          "gzip",
          "lz4",
          "lz4_raw",
          "lz4raw",
          "lzo",
          "snappy",
          "xz",
          "zlib",
          "zstandard",
          "zstd");

  /** Options with points in their names whose values are texts that nobody loads. */
  private static final Set<String> PLAIN_TEXTS = Set.of("orc.bloom.filter.columns");

  private DataSourceName() {}

  /** The format in small letters, once a data source of that name is known and may be used. */
  static String check(String key, String format) {
    if (format.contains(".")) {
      throw SpecException.of(
          "Key '%s' is '%s', but must be a data source's short name such as csv, not a class.",
          key, format);
    }
    List<String> known = new ArrayList<>();
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    for (DataSourceRegister source : ServiceLoader.load(DataSourceRegister.class, loader)) {
      known.add(source.shortName().toLowerCase(Locale.ROOT));
    }
    String name = format.toLowerCase(Locale.ROOT);
    if (!known.contains(name)) {
      throw SpecException.of(
          "Key '%s' is '%s', but no data source of this name is on the class path%s",
          key, format, NearestName.suggestion(format, known));
    }
    if (!SAFE.contains(name) && !allowed().contains(name)) {
      throw SpecException.of(
          "Key '%s' is '%s', a data source that may run what a spec names; who trusts the spec submits it with --conf %s=%s.",
          key, format, ALLOWED, name);
    }
    return name;
  }

  /**
   * Checks that no option names a class, unless the submitter has allowed the format as it is.
   *
   * @param key of the options
   */
  static void checkOptions(String key, String format, Map<String, String> options) {
    if (allowed().contains(format.toLowerCase(Locale.ROOT))) {
      return;
    }
    options.forEach(
        (option, value) -> {
          String name = option.toLowerCase(Locale.ROOT);
          if (CODEC_OPTIONS.contains(name)) {
            if (!CODECS.contains(value.toLowerCase(Locale.ROOT))) {
              throw SpecException.of(
                  "Key '%s.%s' is '%s', but must be a codec such as gzip, snappy or zstd%s",
                  key,
                  option,
                  value,
                  NearestName.suggestion(value, CODECS.stream().sorted().toList()));
            }
          } else if (name.equals("replacewhere")) {
            throw refused(key, option, "runs SQL");
          } else if (name.contains(".") && !PLAIN_TEXTS.contains(name) && !isPlain(value)) {
            throw refused(key, option, "may name a class");
          }
        });
  }

  private static SpecException refused(String key, String option, String reason) {
    return SpecException.of(
        "Key '%s.%s' is an option that %s, and nothing that a spec names is run; who trusts the spec sets it as spark.hadoop.%s, or allows the format with --conf %s.",
        key, option, reason, option, ALLOWED);
  }

  /** A number, true or false is no class. */
  private static boolean isPlain(String value) {
    return value.matches("(?i)true|false|[-+]?[0-9][0-9_.eE+-]*[kmgb]?");
  }

  private static Set<String> allowed() {
    // A job's own settings are known before there is a session; a session may have its own.
    String setting =
        SparkSession.getDefaultSession().isDefined()
            ? SparkSession.getDefaultSession().get().conf().get(ALLOWED, "")
            : new SparkConf().get(ALLOWED, "");
    return Arrays.stream(setting.toLowerCase(Locale.ROOT).split(",", -1))
        .map(String::strip)
        .collect(Collectors.toSet());
  }
}
