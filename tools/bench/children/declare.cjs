"use strict";

/**
 * `node declare.cjs <installed package>`, from the folder of a Pulumi program: what the program's Image is checked to,
 * and the plan of it, as {inputs, plan} in JSON. The program runs against Pulumi's mocks: no engine, no CLI.
 */

const { createRequire } = require("node:module");
const path = require("node:path");
const { pathToFileURL } = require("node:url");
const { environment } = require("./environment.cjs");

const program = path.resolve("index.ts");
const pulumi = createRequire(program)("@pulumi/pulumi");

async function main(installed) {
    const { imageHandler } = require(path.join(installed, "providers/artifact/image"));
    const { plannedImage, readDeclaration } = require(path.join(installed, "providers/artifact/declaration"));
    const { resolveComponents, digestOf } = require(path.join(installed, "providers/image"));
    const handler = imageHandler({
        environment: () => environment(installed),
        resolve: resolveComponents,
        digestOf,
        note: () => {},
    });
    const { inputs, failures } = await handler.check({}, await imageOf(program));
    if (failures.length > 0) {
        throw new Error(JSON.stringify(failures));
    }
    process.stdout.write(JSON.stringify({ inputs, plan: plannedImage(readDeclaration(inputs)) }));
}

/** The inputs that the program registers its Image with. */
function imageOf(file) {
    return new Promise((resolve, reject) => {
        const newResource = ({ name, type, inputs: { __provider, ...inputs } }) => {
            if (type === "pulumi-nodejs:dynamic/linuxkit:Image") {
                resolve(inputs);
            }
            return { id: name, state: { ...inputs, ports: [{ guest: 6379, host: 6379 }] } };
        };
        pulumi.runtime.setMocks(
            { newResource, call: ({ inputs }) => inputs },
            "redis-os",
            "bench",
            true,
            "organization",
        );
        import(pathToFileURL(file)).catch(reject);
    });
}

void main(process.argv[2]);
