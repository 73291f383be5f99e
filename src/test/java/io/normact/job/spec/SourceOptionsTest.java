package io.normact.job.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.normact.LocalSpark;
import io.normact.job.JobFixture;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.orc.OrcConf;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import scala.jdk.javaapi.CollectionConverters;

/** No option of a format that a spec may name has Spark load a class by its name. */
@Tag("thorough")
class SourceOptionsTest extends JobFixture {

  private static final String LOADED = "io.normact.job.codec";

  /** Says that somebody has loaded it. Loaded once, it says no more: each test has its own. */
  public static final class Intruder {
    static {
      System.setProperty(LOADED, "true");
    }
  }

  /** As {@link Intruder}, loaded on purpose. */
  public static final class Guest {
    static {
      System.setProperty(LOADED, "true");
    }
  }

  private static final String INTRUDER = SourceOptionsTest.class.getName() + "$Intruder";

  /** Keys of Hadoop by which classes are chosen; Spark hands the options of a source to it. */
  private static final List<String> CLASSES =
      List.of(
          "parquet.crypto.factory.class",
          "parquet.encryption.kms.client.class",
          "parquet.write.support.class",
          "parquet.read.support.class",
          "parquet.read.filter",
          "parquet.hadoop.vectored.io.enabled",
          "parquet.compression.codec.zstd.bufferPool.enabled",
          "spark.sql.parquet.output.committer.class",
          "spark.sql.sources.outputCommitterClass",
          "mapreduce.outputcommitter.factory.class",
          "mapreduce.outputcommitter.factory.scheme.file",
          "mapreduce.input.pathFilter.class",
          "mapreduce.output.fileoutputformat.compress.codec",
          "io.compression.codecs",
          "io.serializations",
          "io.file.buffer.size",
          "fs.file.impl",
          "fs.AbstractFileSystem.file.impl",
          "hadoop.security.group.mapping",
          "hadoop.security.key.provider.path",
          "orc.key.provider",
          "delta.logStore.class",
          "io-impl.x");

  @BeforeEach
  void nothingIsLoaded() {
    System.clearProperty(LOADED);
  }

  private static Collection<String> named(String owner) throws ReflectiveOperationException {
    Class<?> type = Class.forName("org.apache.spark.sql." + owner + "$");
    Object module = type.getField("MODULE$").get(null);
    Object options = type.getMethod("getAllOptions").invoke(module);
    return CollectionConverters.asJava((scala.collection.Set<?>) options).stream()
        .map(String::valueOf)
        .toList();
  }

  /** Where Spark keeps the options of each format. */
  private static final Map<String, String> OWNERS =
      Map.of(
          "csv", "catalyst.csv.CSVOptions",
          "json", "catalyst.json.JSONOptions",
          "xml", "catalyst.xml.XmlOptions",
          "text", "execution.datasources.text.TextOptions",
          "parquet", "execution.datasources.parquet.ParquetOptions",
          "orc", "execution.datasources.orc.OrcOptions");

  /** All options that Spark knows for the format or for files, and those of Hadoop. */
  private static Collection<String> options(String format) throws ReflectiveOperationException {
    TreeSet<String> options = new TreeSet<>(CLASSES);
    options.addAll(named(OWNERS.get(format)));
    if (format.equals("orc")) {
      Stream.of(OrcConf.values()).map(OrcConf::getAttribute).forEach(options::add);
    }
    options.addAll(
        List.of(
            "pathGlobFilter",
            "recursiveFileLookup",
            "modifiedAfter",
            "basePath",
            "ignoreCorruptFiles",
            "ignoreMissingFiles"));
    return options;
  }

  @Test
  void aCodecIsAClassWhereNobodyLooks() {
    Dataset<Row> rows = LocalSpark.session().range(2).selectExpr("CAST(id AS STRING) AS x");
    assertThatThrownBy(
            () ->
                rows.write()
                    .option("compression", SourceOptionsTest.class.getName() + "$Guest")
                    .text(path("out")))
        .isInstanceOf(Exception.class);
    assertThat(System.getProperty(LOADED)).as("what this test looks for").isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"csv", "json", "text", "xml", "parquet", "orc"})
  void noOptionLoadsAClass(String format) throws Exception {
    Dataset<Row> rows =
        LocalSpark.session().range(2).selectExpr("CAST(id AS STRING) AS x").coalesce(1);
    String rowTag = format.equals("xml") ? "rowTag" : "none";
    rows.write().format(format).option(rowTag, "a").save(path("in"));
    List<String> refused = new ArrayList<>();
    int tried = 0;
    for (String option : options(format)) {
      Map<String, String> set = Map.of(option, INTRUDER);
      try {
        DataSourceName.checkOptions("input.options", format, set);
      } catch (SpecException e) {
        assertThat(e).hasMessageContaining("'input.options." + option + "'");
        refused.add(option);
        continue;
      }
      tried++;
      String to = path("out" + tried);
      assertThat(outcomes(rows, format, rowTag, set, to)).isNotEmpty();
      assertThat(System.getProperty(LOADED)).as(option).isNull();
    }
    assertThat(refused).containsAll(CLASSES).contains("compression");
    assertThat(tried).as("options that a spec may set").isGreaterThan(6);
  }

  /** What reading and writing came to; a value that is none may be refused by the source. */
  private List<Object> outcomes(
      Dataset<Row> rows, String format, String rowTag, Map<String, String> set, String to) {
    List<Object> outcomes = new ArrayList<>();
    try {
      outcomes.add(
          LocalSpark.session()
              .read()
              .format(format)
              .option(rowTag, "a")
              .options(set)
              .load(path("in"))
              .collectAsList());
    } catch (Exception e) {
      outcomes.add(e);
    }
    try {
      rows.write().format(format).option(rowTag, "a").options(set).save(to);
      outcomes.add(to);
    } catch (Exception e) {
      outcomes.add(e);
    }
    return outcomes;
  }

  /** Old names that Hadoop still knows have no points, so they are looked at by themselves. */
  @Test
  void oldKeysOfHadoopWithoutPointsChooseNoClass() {
    assertThat(
            Stream.of(Configuration.class)
                .flatMap(type -> new Configuration().getValByRegex("^[^.]*$").keySet().stream())
                .toList())
        .as("keys with a default and without a point")
        .noneMatch(key -> key.matches("(?i).*(class|impl|codec|factory|provider|filter).*"));
  }

  /** A schema is types and names: no value, no expression, and no type of somebody's own. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "x DOUBLE DEFAULT java_method('io.normact.job.SourceOptionsTest$Intruder', 'x')",
        "x DOUBLE GENERATED ALWAYS AS (java_method('io.normact.job.SourceOptionsTest$Intruder', 'x'))",
        "{\"type\":\"udt\",\"class\":\"io.normact.job.SourceOptionsTest$Intruder\",\"pyClass\":null,\"sqlType\":\"double\"}",
        "x io.normact.job.SourceOptionsTest$Intruder"
      })
  void noSchemaLoadsAClass(String schema) {
    write("in.json", "{\"y\":1}\n");
    Result result =
        run(
            "run",
            """
            input: {format: json, path: DIR/in.json, schema: "SCHEMA"}
            stages: [{batchNorm: {handleInvalid: skip}}]
            output: {path: DIR/out}
            """
                .replace("SCHEMA", schema.replace("\"", "\\\"")),
            List.of());
    assertThat(result.err()).startsWith("Error: Key 'input.schema' is '").hasLineCount(1);
    assertThat(System.getProperty(LOADED)).isNull();
  }
}
