import { createHash } from "node:crypto";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { makeTar, type TarMember } from "../../archive/make-tar";

export interface FakePackage {
    readonly name: string;
    readonly version: string;
    readonly architecture?: string;
    /** Further fields of the control file and of the index: `Depends`, `Provides`... */
    readonly fields?: Readonly<Record<string, string>>;
    readonly files?: readonly TarMember[];
    readonly scripts?: Readonly<Record<string, string>>;
    readonly packing?: "gz" | "zst" | "none";
}

export interface Deb {
    readonly package: FakePackage;
    readonly path: string;
    readonly bytes: Buffer;
    readonly sha256: string;
}

export function sha256Of(bytes: Buffer | string): string {
    return createHash("sha256").update(bytes).digest("hex");
}

export function makeAr(members: readonly (readonly [string, Buffer])[]): Buffer {
    const parts = members.flatMap(([name, bytes]) => {
        const header = `${name.padEnd(16)}${"0".padEnd(12)}${"0".padEnd(6)}${"0".padEnd(6)}${"100644".padEnd(8)}`;
        const size = `${String(bytes.length).padEnd(10)}\`\n`;
        return [Buffer.from(header + size, "latin1"), bytes, Buffer.from(bytes.length % 2 === 1 ? "\n" : "")];
    });
    return Buffer.concat([Buffer.from("!<arch>\n"), ...parts]);
}

function packed(name: string, tar: Buffer, packing: NonNullable<FakePackage["packing"]>): readonly [string, Buffer] {
    switch (packing) {
        case "gz":
            return [`${name}.gz`, gzipSync(tar)];
        case "zst":
            return [`${name}.zst`, zstdCompressSync(tar)];
        case "none":
            return [name, tar];
    }
}

function controlFields(fake: FakePackage): string[] {
    const fixed = { Package: fake.name, Version: fake.version, Architecture: fake.architecture ?? "amd64" };
    return Object.entries({ ...fixed, ...fake.fields }).map(([field, value]) => `${field}: ${value}`);
}

export function makeDeb(fake: FakePackage): Deb {
    const control = makeTar(
        { name: "./", type: "5", mode: 0o755 },
        { name: "./control", body: `${controlFields(fake).join("\n")}\n` },
        ...Object.entries(fake.scripts ?? {}).map(([name, body]) => ({ name: `./${name}`, mode: 0o755, body })),
    );
    const data = makeTar({ name: "./", type: "5", mode: 0o755 }, ...(fake.files ?? []));
    const packing = fake.packing ?? "gz";
    const bytes = makeAr([
        ["debian-binary", Buffer.from("2.0\n")],
        packed("control.tar", control, packing),
        packed("data.tar", data, packing),
    ]);
    const version = fake.version.replace(/^\d+:/, "");
    const path = `pool/${fake.name}_${version}_${fake.architecture ?? "amd64"}.deb`;
    return { package: fake, path, bytes, sha256: sha256Of(bytes) };
}

/** The package's paragraph in an index. */
export function indexParagraph(deb: Deb): string {
    return [
        ...controlFields(deb.package),
        `Filename: ${deb.path}`,
        `Size: ${deb.bytes.length}`,
        `SHA256: ${deb.sha256}`,
        "Description: a package of the tests",
        " with a second line",
    ].join("\n");
}
