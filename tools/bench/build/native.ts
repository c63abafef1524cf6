import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Workshop } from "../measure/workshop.ts";
import { dataTarXz } from "./deb.ts";

export interface NativeWork {
    /** Unpacks the packages' contents with xz, one after the other, and packs the initrd's with zstd. */
    run(): Promise<void>;
}

const SCRIPT = 'for file in *.tar.xz; do xz -dc "$file" > /dev/null || exit; done; zstd -3 -q -f contents -o packed';

/** Lays out what native programs do in place of a build: the packages' contents, and the initrd's uncompressed. */
export function prepareNative(
    debs: readonly string[],
    contents: (file: string) => Promise<unknown>,
    workshop: Workshop,
): Promise<NativeWork> {
    const directory = join(workshop.directory, "native");
    mkdirSync(directory);
    debs.forEach((deb, index) => writeFileSync(join(directory, `${index}.tar.xz`), dataTarXz(readFileSync(deb))));
    return contents(join(directory, "contents")).then(() => ({
        run: async () => void (await workshop.run("sh", ["-c", SCRIPT], directory)),
    }));
}
