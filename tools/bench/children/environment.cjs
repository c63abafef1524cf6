"use strict";

const path = require("node:path");

/** What a build reaches outside itself through, as in a provider process, with progress unseen. */
async function environment(installed, store) {
    const { hostEnvironment } = require(path.join(installed, "providers/image"));
    const { signal } = new AbortController();
    const host = await hostEnvironment({ environment: process.env, progress: () => {}, signal });
    return store === undefined ? host : { ...host, storeDirectory: store };
}

module.exports = { environment };
