import { writeFileSync } from "node:fs";
import path from "node:path";
import { shellFiles } from "../../../tools/lint/shell-files.ts";
import { temporaryFolder } from "../../support/folder";

const folder = temporaryFolder();

test("shell scripts are found by name or by first line", () => {
    const files = {
        "library.sh": ": no first line",
        init: "#!/bin/sh\n",
        "strict-init": "#!/bin/sh -e\n",
        run: "#!/usr/bin/env bash\n",
        "tool.cjs": "#!/usr/bin/env node\n",
        "notes.md": "see #!/bin/sh\n",
        fish: "#!/usr/bin/env fish\n",
        empty: "",
    };
    Object.entries(files).forEach(([name, text]) => writeFileSync(path.join(folder(), name), text));
    expect(shellFiles(folder(), Object.keys(files))).toEqual(["library.sh", "init", "strict-init", "run"]);
});
