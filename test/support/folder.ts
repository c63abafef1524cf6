import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** A new folder for each test of a file, removed after it: call the result inside a test. */
export function temporaryFolder(): () => string {
    let folder: string;
    beforeEach(() => {
        folder = realpathSync(mkdtempSync(path.join(tmpdir(), "pulumi-linuxkit-test-")));
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));
    return () => folder;
}

/** Writes an executable shell script and gives its path. */
export function writeScript(file: string, body: string): string {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
    return file;
}
