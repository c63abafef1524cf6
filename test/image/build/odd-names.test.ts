import { readFileSync } from "node:fs";
import path from "node:path";

import canonicalize from "canonicalize";

import { plannedAssembly } from "../../../providers/command/build/planned";
import { ensureImage } from "../../../providers/image";
import { writeFormat } from "../../../providers/image/formats";
import { Assembly, type AssemblyArgs, oci } from "../../../sdk";
import { LinuxKitError } from "../../../sdk/assembly/error";
import { temporaryFolder } from "../../support/folder";
import { membersOf } from "../formats/members";
import { imageOf, kernelImage, writeImages } from "./support/images";
import { environment } from "./support/plan";
import { unpack } from "./support/unpack";

const folder = temporaryFolder();

/** Whatever a quoted scalar of YAML can hold. */
const names = [
    "plain",
    "it's",
    'say "hi"',
    "a b",
    "-rf",
    "$(touch x)`id`",
    "back\\slash",
    "line\nbreak",
    "nul\0byte",
    "semi;colon&pipe|",
    "%s%n",
    "..",
    "a/../../b",
    "/",
    "",
    "😀",
    "\u202ertl",
    "\u2028",
    "\ud800",
    "__proto__",
    "constructor",
    "TRAILER!!!",
    "x".repeat(255),
    "x".repeat(256),
    "y/".repeat(60) + "z",
    "z".repeat(5000),
];

type Place = (name: string) => Partial<AssemblyArgs>;

const container = { name: "app", image: oci.layout("layout", "app") };
const places: Readonly<Record<string, Place>> = {
    "a service's name": (name) => ({ services: [{ ...container, name }] }),
    "an onboot's name": (name) => ({ onboot: [{ ...container, name }] }),
    "a volume's name": (name) => ({ volumes: [{ name }] }),
    "a file's path": (name) => ({ files: [{ path: `/etc/${name}`, contents: "content" }] }),
    "a file's content": (name) => ({ files: [{ path: "/etc/content", contents: name }] }),
    "a link's target": (name) => ({ files: [{ path: "/etc/link", symlink: name }] }),
    "an environment's value": (name) => ({ services: [{ ...container, env: [`VALUE=${name}`] }] }),
    "an environment's name": (name) => ({ services: [{ ...container, env: [`${name}=value`] }] }),
    "a command's word": (name) => ({ services: [{ ...container, command: ["/app", name] }] }),
    "an annotation": (name) => ({ services: [{ ...container, annotations: { [name]: name } }] }),
    "a host name": (name) => ({ services: [{ ...container, uts: "new", hostname: name }] }),
    "a bind's place": (name) => ({ services: [{ ...container, binds: [`/a:/${name}`] }] }),
    "a folder to make": (name) => ({ services: [{ ...container, runtime: { mkdir: [`/run/${name}`] } }] }),
    "the kernel's arguments": (name) => ({ kernel: { image: oci.layout("layout", "kernel"), cmdline: name } }),
};

/** Undefined where the assembly is refused, in our words and with the place. */
function declared(args: Partial<AssemblyArgs>): Assembly | undefined {
    const init = [{ name: "init", image: oci.layout("layout", "init") }];
    try {
        return new Assembly({ kernel: { image: oci.layout("layout", "kernel") }, init, ...args });
    } catch (error) {
        if (error instanceof LinuxKitError && error.code === "invalid-assembly") {
            return undefined;
        }
        throw error;
    }
}

function writeAll(): void {
    writeImages(folder(), {
        kernel: kernelImage([]),
        init: imageOf({}, [{ name: "sbin/init", body: "#!/bin/sh\n", mode: 0o755 }]),
        app: imageOf({ Cmd: ["/app"] }, [{ name: "app", body: "program", mode: 0o755 }]),
    });
}

/** What an assembly gives: its files by path out of the initrd and out of the tar, or the code of what refuses it. */
async function made(assembly: Assembly) {
    const env = environment(folder());
    try {
        const plan = await plannedAssembly(assembly, "fast", env);
        const image = await ensureImage(plan, env);
        if (!("kernelPath" in image)) {
            throw new Error("it has a kernel");
        }
        const file = path.join(folder(), "out.tar");
        await writeFormat({ plan, format: "tar", spdx: false }, () => file, env);
        const tar = new Map(membersOf(readFileSync(file)).map((member) => [member.path, member]));
        return { initrd: await unpack(image), tar, cmdline: image.cmdline };
    } catch (error) {
        if (!(error instanceof LinuxKitError)) {
            throw error;
        }
        return error.code;
    }
}

/** Each assembly that is taken is the same again out of its YAML. */
function expectSameFromYaml(assembly: Assembly): void {
    const again = Assembly.fromYaml(assembly.toYaml());
    expect(canonicalize(again.components)).toBe(canonicalize(assembly.components));
}

describe.each(Object.entries(places))("%s", (place, args) => {
    test("of any text is refused, or comes out as it went in", async () => {
        writeAll();
        const outcomes: Record<string, string> = Object.create(null) as Record<string, string>;
        for (const name of names) {
            const assembly = declared(args(name));
            if (assembly !== undefined) {
                expectSameFromYaml(assembly);
                const found = await made(assembly);
                outcomes[name] = typeof found === "string" ? found : shown(place, name, found) ? "whole" : "broken";
            }
        }
        const tooLong = Object.keys(outcomes).filter((name) => outcomes[name] === "EntryInexpressible");
        expect(tooLong.filter((name) => name.length < 256)).toEqual([]);
        const others = Object.entries(outcomes).filter(([name]) => !tooLong.includes(name));
        expect(others.filter(([, outcome]) => outcome !== "whole")).toEqual([]);
        expect(Object.keys(outcomes).length).toBeGreaterThan(0);
    });
});

type Made = Exclude<Awaited<ReturnType<typeof made>>, string>;

/** Whether both files have the text where it belongs. */
function shown(place: string, name: string, { initrd, tar, cmdline }: Made): boolean {
    const inBoth = (file: string, text?: string) =>
        [initrd, tar].every((tree) => tree.has(file) && (text === undefined || tree.get(file)?.text === text));
    const config = () => JSON.parse(initrd.get("containers/services/app/config.json")?.text ?? "") as Config;
    const inConfig = (found: (value: Config) => unknown): boolean => found(config()) === true;
    const answers: Readonly<Record<string, () => boolean>> = {
        "a service's name": () => inBoth(`containers/services/${name}/config.json`),
        "an onboot's name": () => inBoth(`containers/onboot/000-${name}/config.json`),
        "a volume's name": () => inBoth(`containers/volumes/${name}/merged`),
        "a file's path": () =>
            inBoth(`etc/${name}`.replace(/\/+$/, "").replaceAll(/\/+/g, "/").replaceAll(/\/\.$/g, ""), "content"),
        "a file's content": () => inBoth("etc/content", name),
        "a link's target": () => initrd.get("etc/link")?.target === name,
        "an environment's value": () => inConfig(({ process }) => process.env.includes(`VALUE=${name}`)),
        "an environment's name": () => inConfig(({ process }) => process.env.includes(`${name}=value`)),
        "a command's word": () => inConfig(({ process }) => process.args[1] === name),
        "an annotation": () =>
            inConfig(({ annotations }) => Object.hasOwn(annotations, name) && annotations[name] === name),
        "a host name": () => inConfig(({ hostname = "" }) => hostname === name),
        "a bind's place": () => inConfig(({ mounts }) => mounts.some(({ destination }) => destination === `/${name}`)),
        "a folder to make": () =>
            runtimeOf(initrd.get("containers/services/app/runtime.json")?.text).mkdir.includes(`/run/${name}`),
        "the kernel's arguments": () => cmdline === name,
    };
    return answers[place]?.() ?? false;
}

interface Config {
    readonly process: { readonly env: readonly string[]; readonly args: readonly string[] };
    readonly annotations: Readonly<Record<string, string>>;
    readonly hostname?: string;
    readonly mounts: readonly { readonly destination: string }[];
}

function runtimeOf(text: string | undefined): { readonly mkdir: readonly string[] } {
    return JSON.parse(text ?? "") as { readonly mkdir: readonly string[] };
}
