import type { Sample } from "./sample";

const formats = ["tar", "docker"] as const;

/** Assemblies that boot nothing: the root of a container, or files to lay over something. */
export const samplesWithoutKernel: readonly Sample[] = [
    { name: "no kernel: init alone", formats, yaml: "init: [made/init:1]\n" },
    {
        name: "no kernel: files alone",
        formats,
        yaml: "files: [{path: etc/made, contents: x}, {path: a/b, directory: true}]\n",
    },
    {
        name: "no kernel: every other section",
        formats,
        yaml: `init: [made/init:1]
onboot: [{name: first, image: "made/tool:1"}]
onshutdown: [{name: last, image: "made/tool:1"}]
services: [{name: tool, image: "made/tool:1"}]
files: [{path: etc/made, contents: x, mode: "0644"}]
`,
    },
];
