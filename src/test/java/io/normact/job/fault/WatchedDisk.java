package io.normact.job.fault;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;

/** The local file system, each change to which is announced before it is made. */
public abstract class WatchedDisk extends RawLocalFileSystem {

  /**
   * Called before a file is created or opened to write, a folder made, or either renamed or
   * deleted.
   */
  protected abstract void change(Path path) throws IOException;

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    change(to);
    return super.rename(from, to);
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    if (exists(path)) {
      change(path);
    }
    return super.delete(path, recursive);
  }

  @Override
  protected OutputStream createOutputStreamWithMode(
      Path path, boolean append, FsPermission permission) throws IOException {
    change(path);
    return super.createOutputStreamWithMode(path, append, permission);
  }

  @Override
  protected boolean mkOneDirWithMode(Path path, File file, FsPermission permission)
      throws IOException {
    if (!file.exists()) {
      change(path);
    }
    return super.mkOneDirWithMode(path, file, permission);
  }
}
