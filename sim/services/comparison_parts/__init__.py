"""Parts of a comparison beyond times and accuracy of the pairs, each as its picture and its table need it."""
