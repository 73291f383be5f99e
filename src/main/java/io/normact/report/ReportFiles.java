package io.normact.report;

import io.normact.files.Replacement;
import io.normact.text.Given;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A report's files, on whatever file system Hadoop reaches. */
final class ReportFiles {

  private static final String PAGE = ".html";
  private static final String JSON = ".json";

  private ReportFiles() {}

  static void write(
      String html, String json, String path, Configuration configuration, boolean overwrite)
      throws IOException {
    Given.argument(configuration, "configuration", "Hadoop's");
    if (!Given.argument(path, "path", "where the page goes").endsWith(PAGE)) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "Report path is '%s', but must end in %s.", path, PAGE));
    }
    Path page = new Path(path);
    Path numbers = new Path(path.substring(0, path.length() - PAGE.length()) + JSON);
    FileSystem files = page.getFileSystem(configuration);
    try (Replacement first = new Replacement(files, page);
        Replacement second = new Replacement(files, numbers)) {
      checkMayWrite(first, page, overwrite);
      checkMayWrite(second, numbers, overwrite);
      first.write(html.getBytes(StandardCharsets.UTF_8));
      second.write(json.getBytes(StandardCharsets.UTF_8));
      Replacement.put(first, second);
    }
  }

  private static void checkMayWrite(Replacement written, Path file, boolean overwrite)
      throws FileAlreadyExistsException {
    if (written.replaces() && !overwrite) {
      throw new FileAlreadyExistsException(
          file.toString(), null, "Report exists; choose another path or allow overwriting");
    }
  }
}
