"""The Latent Explorer as a library: data sets, models, training, analysis and figures, without Streamlit.

Letters mean the same everywhere:

N  number of samples            x        samples as vectors, (N, D), images in [0, 1]
D  number of pixels of one      z        codes, (N, K)
K  number of latent dimensions  mean     of the posterior q(z|x), (N, K)
C  number of classes            log_var  natural logarithm of its variance, (N, K)
                                beta     weight of the KL term
"""
