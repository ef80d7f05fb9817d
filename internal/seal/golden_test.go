package seal_test

// Computed once with another implementation of the same algorithms, under the
// ring of whole(); see TestTheFormatStays.
const (
	goldenField       = "01000000026669786564206e6f6e63652110b7801f2f3e51b802307b5d8b4c3c7610e97db8229c3029b7aceb"
	goldenBox         = "02000000026669786564206e6f6e636521d19ce379c3b5b7e62df2b1177d0d7386c8865af686b1"
	goldenFingerprint = "3aaf5808d6cef49be505cf88"
	goldenPart        = "04000000026669786564206e6f6e63652110b7801f2f3e51b802307b4fedf2e86eed4934e89717beaaba474b"
)
