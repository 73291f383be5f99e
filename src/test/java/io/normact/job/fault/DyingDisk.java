package io.normact.job.fault;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumFs;
import org.apache.hadoop.fs.DelegateToFileSystem;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The local file system, under which the process gets SIGKILL just before it changes a folder for
 * the n-th time: creates or opens a file to write, makes a folder, renames or deletes. Checksum
 * files count as well, and a folder is deleted file by file, so that every state in which a killed
 * process can leave the folder is the state before one of these changes.
 */
public final class DyingDisk extends WatchedDisk {

  /** The folder whose changes count. */
  public static final String FOLDER = "normact.dying.folder";

  /** Before which change the process dies, counted from 1. */
  public static final String CHANGE = "normact.dying.change";

  /** One count for the process, which has several instances of this. */
  private static final AtomicInteger CHANGES = new AtomicInteger();

  /** For {@code fs.file.impl}. */
  public static final class Files extends LocalFileSystem {
    /** Called by Hadoop. */
    public Files() {
      super(new DyingDisk());
    }
  }

  /** For {@code fs.AbstractFileSystem.file.impl}, by which streams keep their checkpoints. */
  public static final class Checkpoints extends ChecksumFs {
    /** Called by Hadoop. */
    public Checkpoints(URI uri, Configuration conf) throws IOException, URISyntaxException {
      super(new Raw(conf));
    }

    private static final class Raw extends DelegateToFileSystem {
      Raw(Configuration conf) throws IOException, URISyntaxException {
        super(URI.create("file:///"), new DyingDisk(), conf, "file", false);
      }

      @Override
      public boolean isValidName(String path) {
        return true;
      }
    }
  }

  @Override
  protected void change(Path path) throws IOException {
    String folder = getConf().get(FOLDER);
    boolean counts = makeQualified(path).toUri().getPath().startsWith(folder);
    if (counts && CHANGES.incrementAndGet() == getConf().getInt(CHANGE, 0)) {
      try {
        OwnProcess.kill();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("Interrupted on the way to death.");
      }
    }
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    if (recursive && exists(path) && getFileStatus(path).isDirectory()) {
      for (FileStatus inside : listStatus(path)) {
        delete(inside.getPath(), true);
      }
    }
    return super.delete(path, recursive);
  }
}
