import { createHash } from "node:crypto";
import path from "node:path";

import canonicalize from "canonicalize";

import type { Architecture, OciSource, Resolved, ResolvedOci } from "../../../sdk/assembly/spec";
import { LinuxKitError } from "../../../sdk/assembly/error";
import type { BuildEnvironment } from "../environment";
import { asDigest, type Digest } from "./format/digest";
import { findImage, type OciImage, openImage } from "./image";
import type * as localModule from "./local/open";
import type { ImagePlace } from "./place";
import { formatReference, parseReference } from "./reference";
import { registryPlace } from "./registry/place";

/**
 * What a source holds for an architecture now. A registry's tag is looked up once: what was recorded for the same
 * declaration is kept, without a look at the network, unless `update` is "always". A layout or an archive is read each time,
 * as a folder is.
 *
 * @throws LinuxKitError OciPlatform, OciName, OciUnreadable, OciMalformed, OciSchema1, OciForeignLayer, OciNotImage,
 * RegistryDenied, RegistryUnknown, RegistryUnreachable, RegistryCertificate, RegistryCredentials
 */
export async function resolveOci(
    source: OciSource,
    architecture: Architecture,
    recorded: Resolved | undefined,
    env: BuildEnvironment,
): Promise<ResolvedOci> {
    const declaration = declarationOf(source, architecture);
    const isKept = source.from === "registry" && source.update !== "always";
    if (isKept && recorded?.type === "oci" && recorded.declaration === declaration) {
        return recorded;
    }
    return { type: "oci", declaration, digest: await currentDigest(source, architecture, env) };
}

/** One look at an image serves everything that is resolved with the same environment. */
const found = new WeakMap<BuildEnvironment, Map<string, Promise<string>>>();

async function currentDigest(source: OciSource, architecture: Architecture, env: BuildEnvironment): Promise<string> {
    const find = () => openPlace(source, env).then((place) => findImage(place, architecture));
    if (source.from !== "registry") {
        return find();
    }
    const known = found.get(env) ?? new Map<string, Promise<string>>();
    found.set(env, known);
    const key = declarationOf(source, architecture);
    const digest = known.get(key) ?? find();
    known.set(key, digest);
    digest.catch(() => known.delete(key));
    return digest;
}

function declarationOf({ from, reference, path: location, update: _ }: OciSource, architecture: Architecture): string {
    const named = from === "registry" ? formatReference(parseReference(reference)) : reference;
    const declared = { from, reference: named, ...(location !== undefined && { path: location }), architecture };
    return createHash("sha256")
        .update(canonicalize(declared) ?? "")
        .digest("hex");
}

/**
 * The image that a source was resolved to: its manifest and configuration from the store, else fetched into it, and its
 * layers likewise once one is read. A layout or an archive is read where it lies.
 *
 * @throws LinuxKitError as `resolveOci`, and OciGone where the digest is no longer there
 */
export async function openOciImage(source: OciSource, resolved: ResolvedOci, env: BuildEnvironment): Promise<OciImage> {
    return openImage(await openPlace(source, env), resolvedDigest(resolved));
}

/** @throws LinuxKitError OciDigest */
export function resolvedDigest({ digest }: ResolvedOci): Digest {
    const known = asDigest(digest);
    if (known === undefined) {
        throw new LinuxKitError("OciDigest", `${JSON.stringify(digest)} is no digest of an image.`, { digest });
    }
    return known;
}

export async function openPlace(source: OciSource, env: BuildEnvironment): Promise<ImagePlace> {
    if (source.from === "registry") {
        return registryPlace(parseReference(source.reference), env);
    }
    const { openLocal } = require("./local/open") as typeof localModule;
    return openLocal(source.from, path.resolve(env.workingDirectory, source.path ?? ""), source.reference, env);
}
