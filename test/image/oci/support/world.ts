import type { BuildEnvironment, RegistrySettings } from "../../../../providers/image/environment";
import { openOciImage, resolveOci } from "../../../../providers/image/oci";
import type { OciImage } from "../../../../providers/image/oci";
import type { OciSource, ResolvedOci } from "../../../../sdk/assembly/spec";
import { type FakeRegistry, type RegistryOptions, serveRegistry } from "../../../support/oci-registry";
import { makeImage, makeLayer, type MadeImage } from "../../../support/oci-image";
import { collect } from "../../codec/collect";
import { fakeEnvironment, removeTemporaryDirectories, temporaryDirectory } from "../../debian/support/environment";

export const hello = makeImage({
    layers: [
        makeLayer([
            { name: "etc/", type: "5", mode: 0o755 },
            { name: "etc/motd", body: "hello" },
        ]),
        makeLayer([{ name: "etc/issue", body: "more" }], "zstd"),
    ],
    config: { Cmd: ["/bin/hello"], Env: ["A=1"], Labels: { "org.mobyproject.config": "{}" } },
});

const running: FakeRegistry[] = [];

/** For afterAll. */
export async function closeWorld(): Promise<void> {
    await Promise.all(running.splice(0).map((registry) => registry.close()));
    removeTemporaryDirectories();
}

export async function registryOf(
    images: Readonly<Record<string, MadeImage>>,
    options: RegistryOptions = {},
): Promise<FakeRegistry> {
    const registry = await serveRegistry(images, options);
    running.push(registry);
    return registry;
}

export function withSettings(
    settings: Partial<RegistrySettings>,
    changes: Partial<BuildEnvironment> = {},
): BuildEnvironment {
    const registries = { mirrors: {}, certificateDirectories: [], environment: process.env, ...settings };
    return fakeEnvironment({ registries, ...changes });
}

export function imageSource(reference: string, update: OciSource["update"] = "recorded"): OciSource {
    return { type: "oci", from: "registry", reference, update };
}

export function localSource(from: "layout" | "archive", path: string, reference = ""): OciSource {
    return { type: "oci", from, path, reference, update: "always" };
}

export function resolve(source: OciSource, env: BuildEnvironment, recorded?: ResolvedOci): Promise<ResolvedOci> {
    return resolveOci(source, "amd64", recorded, env);
}

export async function open(source: OciSource, env: BuildEnvironment): Promise<OciImage> {
    return openOciImage(source, await resolve(source, env), env);
}

/** Every layer's tar. */
export function tarsOf(image: OciImage): Promise<Buffer[]> {
    return Promise.all(image.layers.map((layer) => collect(layer.open())));
}

/** What failed, as a user or a log could see it: everything in it, causes too. */
export async function failureOf(
    promise: Promise<unknown>,
): Promise<{ code: string; message: string; everything: string }> {
    const error: unknown = await promise.then(
        () => {
            throw new Error("it did not fail");
        },
        (caught: unknown) => caught,
    );
    const parts: unknown[] = [];
    // What comes out of fetch() is no Error of the test's own world.
    for (
        let each = error as Partial<Error> | undefined;
        each !== undefined;
        each = each.cause as Partial<Error> | undefined
    ) {
        parts.push(each.message, each.stack, Object.entries(each));
    }
    const { code, message } = error as { code: string; message: string };
    return { code, message, everything: JSON.stringify(parts) };
}

export { fakeEnvironment, temporaryDirectory };
