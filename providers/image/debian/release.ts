import { LinuxKitError } from "../../../sdk/assembly/error";
import { parseParagraphs, type Paragraph } from "./deb822";

/** What resolution needs of a verified InRelease. Dates are ISO 8601. */
export interface Release {
    readonly suite: string;
    readonly codename: string;
    readonly date: string;
    readonly validUntil?: string;
    readonly byHash: boolean;
    /** Whether packages of architecture `all` stand in an index of their own, as for a repository that is not Debian's. */
    readonly separateAll: boolean;
    /** Package indexes by their path below the InRelease. */
    readonly indexes: Readonly<Record<string, { readonly sha256: string; readonly sizeBytes: number }>>;
}

/** A mirror's clock and this machine's may differ by this much. */
const CLOCK_TOLERANCE_MILLISECONDS = 10 * 60 * 1000;

const INDEX_LINE = /^([0-9a-f]{64})\s+(\d{1,15})\s+((?:\S+\/)?Packages(?:\.xz|\.gz)?)$/;

/** Parses the signed text of an InRelease. */
export function parseRelease(text: string, name: string): Release {
    const [fields] = parseParagraphs(text);
    const date = dateOf(fields, "date", name);
    if (fields === undefined || date === undefined) {
        throw new LinuxKitError("DebianRelease", `${name} has no Date field: it is not an archive's InRelease.`, {
            name,
        });
    }
    const validUntil = dateOf(fields, "valid-until", name);
    const architectures = (fields.get("architectures") ?? "").split(/\s+/);
    const noSupportForAll = (fields.get("no-support-for-architecture-all") ?? "").split(/\s+/).includes("Packages");
    return {
        suite: fields.get("suite") ?? "",
        codename: fields.get("codename") ?? "",
        date,
        ...(validUntil === undefined ? {} : { validUntil }),
        byHash: fields.get("acquire-by-hash") === "yes",
        separateAll: architectures.includes("all") && !noSupportForAll,
        indexes: indexesOf(fields.get("sha256") ?? ""),
    };
}

function dateOf(fields: Paragraph | undefined, field: string, name: string): string | undefined {
    const text = fields?.get(field);
    if (text === undefined) {
        return undefined;
    }
    const date = new Date(text);
    if (Number.isNaN(date.getTime())) {
        throw new LinuxKitError("DebianRelease", `${name} has a ${field} that is no date: "${text}".`, { name, field });
    }
    return date.toISOString();
}

function indexesOf(field: string): Release["indexes"] {
    const entries = field.split("\n").flatMap((line) => {
        const [, sha256, size, path] = INDEX_LINE.exec(line) ?? [];
        return sha256 === undefined || path === undefined ? [] : [[path, { sha256, sizeBytes: Number(size) }] as const];
    });
    return Object.fromEntries(entries);
}

/** @throws LinuxKitError DebianExpired, DebianFuture, DebianSuite */
export function checkRelease(release: Release, suite: string, now: Date, name: string): void {
    if (release.validUntil !== undefined && now.getTime() > Date.parse(release.validUntil)) {
        throw new LinuxKitError(
            "DebianExpired",
            `${name} was valid until ${release.validUntil}, and it is ${now.toISOString()}: the mirror no longer follows ` +
                `the archive, or this machine's clock is wrong. Use another mirror, or set the clock.`,
            { name, validUntil: release.validUntil },
        );
    }
    if (Date.parse(release.date) > now.getTime() + CLOCK_TOLERANCE_MILLISECONDS) {
        throw new LinuxKitError(
            "DebianFuture",
            `${name} was made at ${release.date}, but it is only ${now.toISOString()} here: set this machine's clock.`,
            { name, date: release.date },
        );
    }
    const isFlat = suite.endsWith("/");
    if (!isFlat && suite !== release.codename && suite !== release.suite) {
        throw new LinuxKitError(
            "DebianSuite",
            `${name} says it is the suite "${release.suite}", codename "${release.codename}", not "${suite}".`,
            { name, suite, found: [release.suite, release.codename] },
        );
    }
}
