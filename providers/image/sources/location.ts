import path from "node:path";

import type { FolderSource } from "../../../sdk/assembly/spec";
import type { BuildEnvironment } from "../environment";

/** Where a folder lies on this machine. */
export function folderLocation(source: FolderSource, env: Pick<BuildEnvironment, "workingDirectory">): string {
    return path.resolve(env.workingDirectory, source.path);
}
