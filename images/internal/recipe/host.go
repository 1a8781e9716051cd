package recipe

import "runtime"

// hostArch is the architecture of images that are made from this machine's packages or only used on it.
const hostArch = runtime.GOARCH

// nonRoot is who our programs run as when neither their pod nor a policy says. It is numeric, so that kubelets see that
// it is not root.
const nonRoot = "65532:65532"

// sampleUser is who the sample servers run as when their pod does not say.
const sampleUser = "1000:1000"
