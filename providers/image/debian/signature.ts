import { LinuxKitError } from "../../../sdk/assembly/error";

/**
 * The text that a clear-signed message carries, verified: at least one signature must be by one of `keys` and valid now.
 * Text outside the signed part is not in the result.
 *
 * @param keys ASCII-armoured public keys, one block or several
 * @throws LinuxKitError DebianSignature
 */
export async function verifyClearSigned(message: string, keys: string, now: Date, name: string): Promise<string> {
    // Loaded when a signature is there to check: it costs more than a whole resolution from the store.
    const openpgp = await import("openpgp");
    const verificationKeys = await readKeys(keys, name);
    try {
        const parsed = await openpgp.readCleartextMessage({ cleartextMessage: message });
        const { data, signatures } = await openpgp.verify({ message: parsed, verificationKeys, date: now });
        await Promise.any(signatures.map((signature) => signature.verified));
        return data;
    } catch (cause) {
        throw refused(name, cause);
    }
}

async function readKeys(keys: string, name: string) {
    const openpgp = await import("openpgp");
    const blocks = keys.match(/-----BEGIN PGP PUBLIC KEY BLOCK-----[\s\S]*?-----END PGP PUBLIC KEY BLOCK-----/g) ?? [];
    try {
        const read = await Promise.all(blocks.map((armoredKeys) => openpgp.readKeys({ armoredKeys })));
        if (read.flat().length > 0) {
            return read.flat();
        }
    } catch (cause) {
        throw badKey(name, cause);
    }
    throw badKey(name);
}

function badKey(name: string, cause?: unknown): LinuxKitError {
    return new LinuxKitError(
        "DebianKey",
        `The key given for ${name} is not an ASCII-armoured OpenPGP public key.`,
        { repository: name },
        { cause },
    );
}

function refused(name: string, cause: unknown): LinuxKitError {
    const errors: unknown[] = cause instanceof AggregateError ? cause.errors : [cause];
    const reasons = [...new Set(errors.map((error) => (error instanceof Error ? error.message : String(error))))];
    const reason = reasons.length === 0 ? "it carries no signature" : reasons.join("; ");
    return new LinuxKitError(
        "DebianSignature",
        `${name} is not signed by a key that is trusted for it: ${reason}.`,
        { repository: name, reason },
        { cause },
    );
}
