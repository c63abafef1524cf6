import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { getCACertificates } from "node:tls";

import { LinuxKitError } from "../../../../sdk/assembly/error";
import type { RegistrySettings } from "../../environment";

/** What a host's TLS is held against, beyond what this machine trusts anyway; PEM. */
export interface HostCertificates {
    readonly ca: readonly string[];
    /** The client's own, for hosts that ask for one. */
    readonly cert?: string;
    readonly key?: string;
}

/**
 * A host's folder, as Docker reads it: `*.crt` are authorities to trust, `<name>.cert` with `<name>.key` is the client's own.
 * Undefined where there is none.
 * @throws LinuxKitError RegistryCertificate
 */
export async function findCertificates(
    host: string,
    settings: RegistrySettings,
): Promise<HostCertificates | undefined> {
    const found = await Promise.all(
        settings.certificateDirectories.map((directory) => readFolder(path.join(directory, host))),
    );
    const files = Object.assign({}, ...found.toReversed()) as Record<string, string>;
    const names = Object.keys(files).toSorted();
    const own = names.filter((name) => name.endsWith(".crt"));
    const cert = names.find((name) => name.endsWith(".cert"));
    if (own.length === 0 && cert === undefined) {
        return undefined;
    }
    const ca = [...getCACertificates("default"), ...own.map((name) => files[name] ?? "")];
    return cert === undefined ? { ca } : { ca, ...ownPair(files, cert, host) };
}

async function readFolder(folder: string): Promise<Record<string, string>> {
    const names = (await readdir(folder).catch(() => [])).filter((name) => /\.(crt|cert|key)$/.test(name));
    const files = await Promise.all(
        names.map(async (name) => {
            const file = path.join(folder, name);
            const text = await readFile(file, "utf8").catch((cause: unknown) => {
                const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
                throw new LinuxKitError(
                    "RegistryCertificate",
                    `${file} cannot be read (${reason})`,
                    { file },
                    { cause },
                );
            });
            return [name, text] as const;
        }),
    );
    return Object.fromEntries(files);
}

function ownPair(files: Readonly<Record<string, string>>, name: string, host: string): { cert: string; key: string } {
    const [cert, key] = [files[name], files[name.replace(/cert$/, "key")]];
    if (cert === undefined || key === undefined) {
        const text = `the certificate ${name} for ${host} has no key beside it: ${name.replace(/cert$/, "key")}`;
        throw new LinuxKitError("RegistryCertificate", text, { host, certificate: name });
    }
    return { cert, key };
}
