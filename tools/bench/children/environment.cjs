"use strict";

const { availableParallelism } = require("node:os");
const path = require("node:path");

/** What a build reaches outside itself through, as in a provider process, with progress unseen. */
async function environment(installed, store) {
    const { defaultStoreDirectory, findMirrors } = require(path.join(installed, "providers/image"));
    return {
        storeDirectory: store ?? defaultStoreDirectory(process.env),
        fetch: globalThis.fetch,
        mirrors: await findMirrors({ environment: process.env }),
        now: () => new Date(),
        progress: () => {},
        signal: new AbortController().signal,
        workers: availableParallelism(),
        workingDirectory: process.cwd(),
    };
}

module.exports = { environment };
