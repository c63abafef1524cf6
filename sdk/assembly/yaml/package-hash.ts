import { createHash } from "node:crypto";
import path from "node:path";
import { LinuxKitError } from "../error";
import type { YamlEnvironment } from "./environment";

/**
 * The tag of a package's image: the hash of its tree in git, with those of further sources; where files differ from the
 * commit also the beginning of a hash over what they hold, and "latest" outside git (upstream's src/cmd/linuxkit/pkglib).
 * @throws LinuxKitError `package-unreadable` without git, or for what no commit has
 */
export function packageHash(folder: string, extraSources: readonly string[], environment: YamlEnvironment): string {
    const git = new Git(environment);
    const further = extraSources.map((source) => {
        if (!git.isWorkTree(source)) {
            throw refused(`its source ${source} is in no git repository`);
        }
        return git.treeHash(source);
    });
    if (!git.isWorkTree(folder)) {
        return "latest";
    }
    const tree = git.treeHash(folder);
    const hash = further.length === 0 ? tree : sha1([tree, ...further].join(""));
    return git.isDirty(folder) ? `${hash}-dirty-${git.contentHash(folder).slice(0, 7)}` : hash;
}

class Git {
    constructor(private readonly environment: YamlEnvironment) {}

    isWorkTree(folder: string): boolean {
        return this.run(folder, "rev-parse", "--is-inside-work-tree").status === 0;
    }

    /** Of the last commit. The top of a repository has no entry of its own in a tree. */
    treeHash(folder: string): string {
        const top = this.run(folder, "rev-parse", "--show-prefix");
        const args = top.stdout.trim() === "" ? ["show", "--format=%T", "-s", "HEAD"] : ["rev-parse", "HEAD:./"];
        const { status, stdout } = this.run(folder, ...args);
        const hash = stdout.trim();
        if (status !== 0 || !/^[0-9a-f]{40,64}$/.test(hash)) {
            throw refused(`${folder} is in no commit of its git repository: commit it first`);
        }
        return hash;
    }

    isDirty(folder: string): boolean {
        const changed = this.run(folder, "diff", "--no-ext-diff", "--exit-code", "--quiet", "HEAD", "--", ".");
        const others = this.run(folder, "ls-files", "--exclude-standard", "--others", "--error-unmatch", "--", ".");
        return changed.status !== 0 || others.status === 0;
    }

    /** Over tracked files in the order of their names, then new ones; links and what is gone have no content. */
    contentHash(folder: string): string {
        const tracked = this.run(folder, "ls-files").stdout;
        const others = this.run(folder, "ls-files", "--exclude-standard", "--others").stdout;
        const hash = createHash("sha256");
        for (const name of `${tracked}\n${others}`.split("\n").filter((each) => each !== "")) {
            hash.update(this.environment.readBytes(path.join(folder, name)) ?? "");
        }
        return hash.digest("hex");
    }

    private run(folder: string, ...args: readonly string[]): { readonly status: number; readonly stdout: string } {
        const result = this.environment.git(folder, args);
        if (result === undefined) {
            throw refused(
                "its tag is what git knows of the folder, and git is not on PATH: install it, or write the tag",
            );
        }
        return result;
    }
}

function sha1(text: string): string {
    return createHash("sha1").update(text).digest("hex");
}

function refused(reason: string): LinuxKitError {
    return new LinuxKitError("package-unreadable", reason);
}
