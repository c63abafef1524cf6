import { makeImage, makeLayer } from "../../support/oci-image";
import { head } from "./common";
import { file, image, type Sample } from "./sample";

export function service(keys: string, name = "a", of = "made/tool:1"): string {
    return `${head}services:\n  - {name: ${name}, image: "${of}"${keys === "" ? "" : `, ${keys}`}}\n`;
}

export function oneFile(keys: string): string {
    return `${head}files:\n  - {${keys}}\n`;
}

const command = { Cmd: ["/x"] };

function labelledAs(label: string) {
    return image([file("a", "")], { ...command, Labels: { "org.mobyproject.config": label } });
}

/** Images that one of the two, or both, do not take. */
export const refusedImages: NonNullable<Sample["images"]> = {
    "made/idle:1": image([file("a", "")]),
    "made/uncompressed:1": makeImage({ layers: [makeLayer([file("a", "")], "none")], config: command }),
    "made/zstd:1": makeImage({ layers: [makeLayer([file("a", "")], "zstd")], config: command }),
    "made/arm:1": makeImage({
        layers: [makeLayer([file("a", "")])],
        config: command,
        platform: { architecture: "arm64" },
    }),
    "made/unknown-label:1": labelledAs('{"restart": "always"}'),
    "made/named-label:1": labelledAs('{"name": "x"}'),
    "made/list-label:1": labelledAs("[]"),
};

/** YAML that neither takes. */
export const refusedByBoth: Readonly<Record<string, string>> = {
    "an unknown section": `${head}x-anchor: {}\n`,
    "an unknown key": service("foo: 1"),
    "a service without a name": `${head}services:\n  - {image: "made/tool:1"}\n`,
    "two services of one name": `${service("")}  - {name: a, image: "made/tool:1"}\n`,
    "an empty section": `${head}services:\n`,
    "a flag as a text": service("readonly: 'true'"),
    "a flag as YAML 1.1 has it": service("readonly: yes"),
    "a number as a text": service("oomScoreAdj: '5'"),
    "a text as a number": oneFile("path: a, contents: 5"),
    "a mode that is no text": oneFile("path: a, contents: x, mode: 0644"),
    "a mode that is not octal": oneFile('path: a, contents: x, mode: "999"'),
    "a file with nothing in it": oneFile("path: a"),
    "a file without a path": oneFile("contents: x"),
    "a folder with contents": oneFile("path: a, directory: true, contents: x"),
    "a link to nothing": oneFile('path: a, symlink: ""'),
    "a source that is not there": oneFile("path: a, source: nope"),
    "an unknown form of metadata": oneFile("path: a, metadata: toml"),
    "an unknown capability": service("capabilities: [KILL]"),
    "a capability in lower case": service("capabilities: [cap_kill]"),
    "an unknown limit": service('rlimits: ["foo,1,2"]'),
    "a name that nobody has": service("uid: nobody"),
    "a number in quotes as a user": service('uid: "5"'),
    "a device without permissions": service("devices: [{path: /dev/x, type: c, major: 1, minor: 1}]"),
    "a mount without a place": service("mounts: [{type: ext4, source: x}]"),
    "a bind with too many colons": service('binds: ["/a:/b:ro:x"]'),
    "an image that is not there": service("", "a", "made/missing:1"),
    "an image without a kernel": "kernel: {image: made/tool:1}\n",
    "a kernel without its tar": "kernel: {image: made/kernel:1, tar: nope.tar}\n",
    "a label with a key of a service": service("", "a", "made/unknown-label:1"),
    "a label that names the container": service("", "a", "made/named-label:1"),
    "a label that is a list": service("", "a", "made/list-label:1"),
};
