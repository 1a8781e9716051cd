package recipe

import "runtime"

// hostArch is the architecture of images that are made from this machine's packages or only used on it.
const hostArch = runtime.GOARCH

// sampleUser is who the sample servers run as when their pod does not say.
const sampleUser = "1000:1000"
