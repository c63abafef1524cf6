import { containerSamples } from "./containers";
import { fileSamples } from "./files";
import { generatedSamples } from "./generated";
import { imageSamples } from "./images";
import { kernelSamples } from "./kernels";
import type { Sample } from "./sample";
import { samplesWithoutKernel } from "./without-kernel";

export const samples: readonly Sample[] = [
    ...kernelSamples,
    ...imageSamples,
    ...containerSamples,
    ...fileSamples,
    ...generatedSamples,
    ...samplesWithoutKernel,
];
