/** The patterns of the ZeroMQ guide, each as a program that shows its result and ends. */
package io.zmtp.samples.recipes;
