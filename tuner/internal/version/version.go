// Package version holds the version that every report carries.
package version

// Version equals the file VERSION at the root of the repository; a test compares them.
const Version = "0.2.0"
