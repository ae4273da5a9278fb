package hk.hkall.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The file that tells commands where the node listens and which build of our Java it runs. It
 * appears only when the node answers, and by one rename, so whoever sees it may connect.
 */
record StateFile(Path path, String build) {

    void write(int port) throws IOException {
        String json = """
            {"pid": %d, "port": %d, "started": %d, "build": "%s"}
            """.formatted(ProcessHandle.current().pid(), port, System.currentTimeMillis() / 1000, build);
        Path temporary = path.resolveSibling(path.getFileName() + ".new");
        Files.writeString(temporary, json);
        Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
    }

    void delete() throws IOException {
        Files.deleteIfExists(path);
    }
}
