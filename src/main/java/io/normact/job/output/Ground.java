package io.normact.job.output;

import io.normact.job.spec.JobSpec;
import io.normact.job.spec.SpecFile;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;

/** What a job stands on besides its input: folders of this machine, settings, and its spec. */
final class Ground {

  /** Settings of Spark that name files. */
  private static final List<String> SETTINGS =
      List.of(
          "spark.sql.warehouse.dir",
          "spark.eventLog.dir",
          "spark.local.dir",
          "spark.jars",
          "spark.files",
          "spark.archives",
          "spark.kerberos.keytab");

  private final JobSpec spec;
  private final List<String> specFiles;
  private final SparkConf settings;
  private final Configuration conf;

  Ground(JobSpec spec, List<String> specFiles, SparkConf settings, Configuration conf) {
    this.spec = spec;
    this.specFiles = List.copyOf(specFiles);
    this.settings = settings;
    this.conf = conf;
  }

  /** What a job needs beside its input, as long as it runs or for its next time. */
  List<NamedPlace> places() throws IOException {
    List<NamedPlace> ground = new ArrayList<>();
    String here = "the folder that the job runs in";
    addLocal(ground, here, System.getProperty("user.dir"));
    Path working = FileSystem.get(conf).getWorkingDirectory();
    ground.add(new NamedPlace(here, working.toString(), Location.of(working, conf), ""));
    addLocal(ground, "the user's home", System.getProperty("user.home"));
    addLocal(ground, "the folder of temporary files", System.getProperty("java.io.tmpdir"));
    addLocal(ground, "the folder of Java", System.getProperty("java.home"));
    for (String variable : List.of("SPARK_HOME", "SPARK_CONF_DIR", "HADOOP_CONF_DIR")) {
      addLocal(ground, "the folder of " + variable, System.getenv(variable));
    }
    for (String property : List.of("log4j2.configurationFile", "log4j.configurationFile")) {
      addPath(ground, "the logging configuration", System.getProperty(property));
    }
    for (String setting : SETTINGS) {
      for (String path : settings.get(setting, "").split(",", -1)) {
        addPath(ground, "'" + path + "' of " + setting, path);
      }
    }
    for (String jar : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      addLocal(ground, "'" + jar + "' of the class path", jar);
    }
    return ground;
  }

  /** The spec, and what its options name. */
  List<NamedPlace> given(List<NamedPlace> outputs) throws IOException {
    List<NamedPlace> given = new ArrayList<>();
    for (String file : specFiles) {
      String name = "the spec '" + file + "'";
      if (SpecFile.isLocal(file)) {
        addLocal(given, name, file);
      } else {
        given.add(new NamedPlace(name, file, Location.of(new Path(file), conf), ""));
      }
    }
    addOptions(given, "input.options.", spec.input().options(), outputs);
    if (spec.output().isPresent()) {
      addOptions(given, "output.options.", spec.output().get().options(), outputs);
    }
    return given;
  }

  private void addOptions(
      List<NamedPlace> given, String key, Map<String, String> options, List<NamedPlace> outputs)
      throws IOException {
    for (Map.Entry<String, String> option : options.entrySet()) {
      String value = option.getValue();
      if (option.getKey().equalsIgnoreCase("path")) {
        continue;
      }
      String description = "'" + value + "' of " + key + option.getKey();
      if (value.startsWith("/") || value.startsWith("file:/") || new File(value).exists()) {
        addPath(given, description, value);
      } else {
        for (NamedPlace output : outputs) {
          String scheme = output.location().path().toUri().getScheme();
          if (value.startsWith(scheme + ":/")) {
            given.add(NamedPlace.of(description, value, conf));
            break;
          }
        }
      }
    }
  }

  private void addLocal(List<NamedPlace> named, String description, String path)
      throws IOException {
    if (path != null && !path.isBlank()) {
      named.add(new NamedPlace(description, path, Location.ofLocal(path), ""));
    }
  }

  /** Adds a path that may have a scheme; others than file are of no machine's own. */
  private void addPath(List<NamedPlace> named, String description, String path) throws IOException {
    if (path != null && (path.startsWith("file:") || !path.matches("[A-Za-z][A-Za-z0-9+.-]+:.*"))) {
      String plain = path.replaceFirst("^file:(//)?", "").replace("%20", " ");
      addLocal(named, description, plain);
    }
  }
}
